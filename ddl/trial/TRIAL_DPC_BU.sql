-- TRIAL_DPC_BU: DPC 診断群分類レコード
-- 列: 公開の記録条件仕様による 6、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_DPC_BU.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_dpc_bu (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    diag_grp_cls_no char(14),
    this_hostz_ymd char(8),
    this_dschg_ymd char(8),
    dpc_outcm_div char(1),
    cause_death text
);
COMMENT ON TABLE :SC_NAME.trial_dpc_bu IS 'DPC 診断群分類レコード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_bu.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_bu.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_bu.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_dpc_bu.diag_grp_cls_no IS '診断群分類番号';
COMMENT ON COLUMN :SC_NAME.trial_dpc_bu.this_hostz_ymd IS '今回入院年月日';
COMMENT ON COLUMN :SC_NAME.trial_dpc_bu.this_dschg_ymd IS '今回退院年月日';
COMMENT ON COLUMN :SC_NAME.trial_dpc_bu.dpc_outcm_div IS 'DPC転帰区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_bu.cause_death IS '死因';
