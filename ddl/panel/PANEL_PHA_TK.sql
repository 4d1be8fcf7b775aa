-- PANEL_PHA_TK: 調剤 摘要欄レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_TK.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_tk (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    cmt_cd char(9),
    char_dat text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_tk IS '調剤 摘要欄レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_tk.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_tk.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_tk.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_tk.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_tk.cmt_cd IS 'コメントコード';
COMMENT ON COLUMN :SC_NAME.panel_pha_tk.char_dat IS '文字データ';
COMMENT ON COLUMN :SC_NAME.panel_pha_tk.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_tk.input_ym IS '取込年月';
