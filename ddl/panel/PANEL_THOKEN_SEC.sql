-- PANEL_THOKEN_SEC: 特定保健指導 セクション（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_THOKEN_SEC.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_thoken_sec (
    seq1_no text NOT NULL,
    seq2_no text,
    vld_flg smallint,
    ident_cd text,
    sec_cd text,
    hge_nendo text,
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_thoken_sec IS '特定保健指導 セクション（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_sec.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_thoken_sec.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_thoken_sec.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_thoken_sec.ident_cd IS '識別コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_sec.sec_cd IS 'セクションコード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_sec.hge_nendo IS '保健指導実施年度';
COMMENT ON COLUMN :SC_NAME.panel_thoken_sec.input_ym IS '取込年月';
