-- PANEL_TOKKEN_DETAIL: 特定健診 詳細健診（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_TOKKEN_DETAIL.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_tokken_detail (
    seq1_no text NOT NULL,
    seq2_no text,
    vld_flg smallint,
    ident_cd text,
    cd text,
    val_org numeric(10,3),
    val numeric(10,3),
    unit text,
    svl_lwr numeric(10,3),
    svl_lwr_unit text,
    svl_upr numeric(10,3),
    svl_upr_unit text,
    value_cd text,
    doctor_name text,
    mvsl_div text,
    mee_nendo text,
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_tokken_detail IS '特定健診 詳細健診（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.ident_cd IS '識別コード';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.cd IS '項目コード';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.val_org IS '結果値（補正前）';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.val IS '結果値';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.unit IS '単位';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.svl_lwr IS '基準値下限';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.svl_lwr_unit IS '基準値下限単位';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.svl_upr IS '基準値上限';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.svl_upr_unit IS '基準値上限単位';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.value_cd IS '結果コード';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.doctor_name IS '医師名有無';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.mvsl_div IS '基準値判定区分（H/L/N）';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.mee_nendo IS '健診実施年度';
COMMENT ON COLUMN :SC_NAME.panel_tokken_detail.input_ym IS '取込年月';
