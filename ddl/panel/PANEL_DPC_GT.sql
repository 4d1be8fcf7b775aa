-- PANEL_DPC_GT: DPC 合計調整レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_GT.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_gt (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_ym_gt char(6),
    req_adjst_div char(1),
    self_other_insu_div text,
    burd_div char(1),
    incsn_sbttl_score_sum integer,
    incsn_evalu_score integer,
    adjst_score integer,
    this_incsn_ttl_score integer,
    prac_ident char(2),
    change_ymd char(8),
    char_dat text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_gt IS 'DPC 合計調整レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.prac_ym_gt IS '診療年月（合計調整）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.req_adjst_div IS '請求調整区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.self_other_insu_div IS '自他保険区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.incsn_sbttl_score_sum IS '包括小計点数合算';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.incsn_evalu_score IS '包括評価点数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.adjst_score IS '調整点数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.this_incsn_ttl_score IS '今月包括合計点数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.prac_ident IS '診療識別';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.change_ymd IS '変更年月日';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.char_dat IS '文字データ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_gt.input_ym IS '取込年月';
