-- PANEL_MED_SY: 医科（入院・入院外） 傷病名レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_MED_SY.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_med_sy (
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
    main_skwd_decis_flg smallint,
    main_skwd_decis_err text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_med_sy IS '医科（入院・入院外） 傷病名レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.skwd_name_cd IS '傷病名コード';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.prac_str_ymd IS '診療開始日';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.outcm_div IS '転帰区分';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.modif_cd IS '修飾語コード';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.sspct_dss_flg IS '疑い病名フラグ';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.main_skwd IS '主傷病';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.main_skwd_decis_flg IS '主傷病決定フラグ';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.main_skwd_decis_err IS '主傷病決定エラー';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_med_sy.input_ym IS '取込年月';
