-- TRIAL_DPC_SK: DPC 診療関連レコード
-- 列: 公開の記録条件仕様による 7、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_DPC_SK.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_dpc_sk (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    prac_act_cd char(9),
    div_no text,
    oprtn_plan_ymd char(8),
    reserve_01 text,
    prac_div_cd char(4),
    prac_name text
);
COMMENT ON TABLE :SC_NAME.trial_dpc_sk IS 'DPC 診療関連レコード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.prac_act_cd IS '診療行為コード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.div_no IS '区分番号';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.oprtn_plan_ymd IS '実施（予定）年月日';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.reserve_01 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.prac_div_cd IS '診療区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sk.prac_name IS '診療名称';
