-- PANEL_PHA_CO: 調剤 コメントレコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_CO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_co (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    cmt_cd char(9),
    prspt_no integer,
    prspt_sub_no integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_co IS '調剤 コメントレコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.cmt_cd IS 'コメントコード';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.prspt_no IS '処方番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.prspt_sub_no IS '処方枝番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_co.input_ym IS '取込年月';
