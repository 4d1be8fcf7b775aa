-- TRIAL_DPC_GA: DPC 外泊レコード
-- 列: 公開の記録条件仕様による 7、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_DPC_GA.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_dpc_ga (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    prac_ym_ga char(6),
    req_adjst_div char(1),
    stay_out text,
    diag_grp_cls_no text,
    medi_inst_cfcnt numeric(5,4),
    next_hostz_plan_yon char(1)
);
COMMENT ON TABLE :SC_NAME.trial_dpc_ga IS 'DPC 外泊レコード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.prac_ym_ga IS '診療年月';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.req_adjst_div IS '請求調整区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.stay_out IS '外泊等';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.diag_grp_cls_no IS '診断群分類番号';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.medi_inst_cfcnt IS '医療機関別係数';
COMMENT ON COLUMN :SC_NAME.trial_dpc_ga.next_hostz_plan_yon IS '翌月再入院（転棟）予定の有無';
