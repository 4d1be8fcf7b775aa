-- PANEL_DPC_SB: DPC 傷病レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_SB.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_sb (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    skwd_name_cd char(7),
    modif_cd text,
    sspct_dss_flg smallint,
    icd10_cd text,
    skwd_name_div char(2),
    cause_death text,
    main_skwd_decis_flg smallint,
    main_skwd_decis_err text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_sb IS 'DPC 傷病レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.skwd_name_cd IS '傷病名コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.modif_cd IS '修飾語コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.sspct_dss_flg IS '疑い病名フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.icd10_cd IS 'ICD10コード';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.skwd_name_div IS '傷病名区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.cause_death IS '死因';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.main_skwd_decis_flg IS '主傷病決定フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.main_skwd_decis_err IS '主傷病決定エラー';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_sb.input_ym IS '取込年月';
