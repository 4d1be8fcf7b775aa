-- PANEL_THOKEN_RESULT: 特定保健指導 保健指導結果（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_THOKEN_RESULT.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_thoken_result (
    seq1_no text NOT NULL,
    seq2_no text,
    vld_flg smallint,
    ident_cd text,
    cd text,
    cntnt_org text,
    cntnt text,
    oprtn_ymd char(8),
    time_val integer,
    time_unit text,
    val numeric(10,3),
    unit text,
    value text,
    hge_nendo text,
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_thoken_result IS '特定保健指導 保健指導結果（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.ident_cd IS '識別コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.cd IS '項目コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.cntnt_org IS '結果コード（補正前）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.cntnt IS '結果コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.oprtn_ymd IS '実施年月日';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.time_val IS '実施時間';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.time_unit IS '実施時間単位';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.val IS '結果値';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.unit IS '単位';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.value IS '文字列値';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.hge_nendo IS '保健指導実施年度';
COMMENT ON COLUMN :SC_NAME.panel_thoken_result.input_ym IS '取込年月';
