-- TRIAL_DPC_SB: DPC 傷病レコード
-- 列: 公開の記録条件仕様による 8、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_DPC_SB.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_dpc_sb (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    skwd_name_cd char(7),
    modif_cd text,
    skwd_name text,
    icd10_cd text,
    skwd_name_div char(2),
    cause_death char(1),
    splmt_cmt text
);
COMMENT ON TABLE :SC_NAME.trial_dpc_sb IS 'DPC 傷病レコード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.skwd_name_cd IS '傷病名コード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.modif_cd IS '修飾語コード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.skwd_name IS '傷病名称';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.icd10_cd IS 'ICD10コード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.skwd_name_div IS '傷病名区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.cause_death IS '死因';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sb.splmt_cmt IS '補足コメント';
