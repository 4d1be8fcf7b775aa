-- TRIAL_DPC_HH: DPC 包括評価レコード
-- 列: 公開の記録条件仕様による 9、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_DPC_HH.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_dpc_hh (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    prac_ym_hh char(6),
    req_adjst_div char(1),
    self_other_insu_div char(1),
    burd_div char(1),
    hostz_prd_div char(1),
    hostz_prd_div_score integer,
    hostz_prd_div_days smallint,
    incsn_sbttl_score integer
);
COMMENT ON TABLE :SC_NAME.trial_dpc_hh IS 'DPC 包括評価レコード';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.prac_ym_hh IS '診療年月';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.req_adjst_div IS '請求調整区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.self_other_insu_div IS '自他保険区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.hostz_prd_div IS '入院期間区分';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.hostz_prd_div_score IS '入院期間区分別点数';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.hostz_prd_div_days IS '入院期間区分別入院日数';
COMMENT ON COLUMN :SC_NAME.trial_dpc_hh.incsn_sbttl_score IS '包括小計点数';
