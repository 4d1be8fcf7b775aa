-- PANEL_DPC_HH: DPC 包括評価レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_HH.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_hh (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_ym_hh char(6),
    req_adjst_div char(1),
    self_other_insu_div text,
    burd_div char(1),
    hostz_prd_div smallint,
    hostz_prd_div_score integer,
    hostz_prd_div_days smallint,
    incsn_sbttl_score integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_hh IS 'DPC 包括評価レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.prac_ym_hh IS '診療年月（包括評価）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.req_adjst_div IS '請求調整区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.self_other_insu_div IS '自他保険区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.hostz_prd_div IS '入院期間区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.hostz_prd_div_score IS '入院期間区分別点数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.hostz_prd_div_days IS '入院期間区分別入院日数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.incsn_sbttl_score IS '包括小計点数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_hh.input_ym IS '取込年月';
