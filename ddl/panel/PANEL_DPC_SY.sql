-- PANEL_DPC_SY: DPC 傷病名レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_SY.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_sy (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    skwd_name_cd char(7),
    prac_str_ymd char(8),
    outcm_div char(1),
    modif_cd text,
    sspct_dss_flg smallint,
    main_skwd char(2),
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_sy IS 'DPC 傷病名レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.skwd_name_cd IS '傷病名コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.prac_str_ymd IS '診療開始日';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.outcm_div IS '転帰区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.modif_cd IS '修飾語コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.sspct_dss_flg IS '疑い病名フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.main_skwd IS '主傷病';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sy.input_ym IS '取込年月';
