-- PANEL_TOKKEN_SEC: 特定健診 セクション（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_TOKKEN_SEC.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_tokken_sec (
    seq1_no text NOT NULL,
    seq2_no text,
    vld_flg smallint,
    ident_cd text,
    sec_cd text,
    mee_nendo text,
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_tokken_sec IS '特定健診 セクション（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_tokken_sec.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_tokken_sec.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_tokken_sec.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_tokken_sec.ident_cd IS '識別コード';
COMMENT ON COLUMN :SC_NAME.panel_tokken_sec.sec_cd IS 'セクションコード';
COMMENT ON COLUMN :SC_NAME.panel_tokken_sec.mee_nendo IS '健診実施年度';
COMMENT ON COLUMN :SC_NAME.panel_tokken_sec.input_ym IS '取込年月';
