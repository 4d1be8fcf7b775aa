-- PANEL_DEN_HS: 歯科 傷病名部位レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DEN_HS.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_den_hs (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_str_ymd char(8),
    outcm_div char(1),
    skwd_name_df text,
    skwd_name_cd char(7),
    modif_cd text,
    sspct_dss_flg smallint,
    skwd_name text,
    coex_skwd_num smallint,
    pathl_trans text,
    main_skwd char(2),
    cmt_cd char(9),
    splmt_cmt text,
    splmt_cmt_df text,
    main_skwd_decis_flg smallint,
    main_skwd_decis_err text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_den_hs IS '歯科 傷病名部位レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.prac_str_ymd IS '診療開始日';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.outcm_div IS '転帰区分';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.skwd_name_df IS '歯式（傷病名）';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.skwd_name_cd IS '傷病名コード';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.modif_cd IS '修飾語コード';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.sspct_dss_flg IS '疑い病名フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.skwd_name IS '傷病名称';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.coex_skwd_num IS '併存傷病名数';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.pathl_trans IS '病態移行';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.main_skwd IS '主傷病';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.cmt_cd IS 'コメントコード';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.splmt_cmt IS '補足コメント';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.splmt_cmt_df IS '歯式（補足コメント）';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.main_skwd_decis_flg IS '主傷病決定フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.main_skwd_decis_err IS '主傷病決定エラー';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_den_hs.input_ym IS '取込年月';
