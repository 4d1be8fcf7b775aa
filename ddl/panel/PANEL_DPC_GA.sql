-- PANEL_DPC_GA: DPC 外泊レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_GA.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_ga (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_ym_ga char(6),
    req_adjst_div char(1),
    stay_out text,
    diag_grp_cls_no char(14),
    next_hostz_plan_yon text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_ga IS 'DPC 外泊レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.prac_ym_ga IS '診療年月（外泊）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.req_adjst_div IS '請求調整区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.stay_out IS '外泊等';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.diag_grp_cls_no IS '診断群分類番号（DPCコード）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.next_hostz_plan_yon IS '翌月再入院（転棟）予定の有無';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ga.input_ym IS '取込年月';
