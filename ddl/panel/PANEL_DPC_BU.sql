-- PANEL_DPC_BU: DPC 診断群分類レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_BU.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_bu (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    diag_grp_cls_no char(14),
    this_hostz_ymd char(8),
    this_dschg_ymd char(8),
    dpc_outcm_div char(1),
    cause_death text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_bu IS 'DPC 診断群分類レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.diag_grp_cls_no IS '診断群分類番号（DPCコード）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.this_hostz_ymd IS '今回入院年月日';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.this_dschg_ymd IS '今回退院年月日';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.dpc_outcm_div IS 'DPC転帰区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.cause_death IS '死因';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_bu.input_ym IS '取込年月';
