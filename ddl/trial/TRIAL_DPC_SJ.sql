-- TRIAL_DPC_SJ: DPC 症状詳記レコード
-- 列: 公開の記録条件仕様による 3、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_DPC_SJ.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_dpc_sj (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    symp_minu_dscpt_div char(2),
    symp_minu_dscpt_dat text
);
COMMENT ON TABLE :SC_NAME.trial_dpc_sj IS 'DPC 症状詳記レコード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sj.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sj.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sj.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sj.symp_minu_dscpt_div IS '症状詳記区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_sj.symp_minu_dscpt_dat IS '症状詳記データ';
