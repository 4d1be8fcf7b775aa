-- PANEL_MED_GR: 医科（入院・入院外） 包括評価対象外理由レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_MED_GR.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_med_gr (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    yield_calc_reason text,
    diag_grp_cls_no char(14),
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_med_gr IS '医科（入院・入院外） 包括評価対象外理由レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_med_gr.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_med_gr.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_med_gr.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_med_gr.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_med_gr.yield_calc_reason IS '医科点数表算定理由';
COMMENT ON COLUMN :SC_NAME.panel_med_gr.diag_grp_cls_no IS '診断群分類番号（DPCコード）';
COMMENT ON COLUMN :SC_NAME.panel_med_gr.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_med_gr.input_ym IS '取込年月';
