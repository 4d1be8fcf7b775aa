-- PANEL_TOKKEN_EXAM: 特定健診 健診結果・問診結果（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_TOKKEN_EXAM.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_tokken_exam (
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
    val_free text,
    nul_flv_val text,
    eine_div text,
    mvsl_div text,
    mee_nendo text,
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_tokken_exam IS '特定健診 健診結果・問診結果（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.ident_cd IS '識別コード';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.cd IS '項目コード';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.val_org IS '結果値（補正前）';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.val IS '結果値';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.unit IS '単位';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.svl_lwr IS '基準値下限';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.svl_lwr_unit IS '基準値下限単位';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.svl_upr IS '基準値上限';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.svl_upr_unit IS '基準値上限単位';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.value_cd IS '結果コード';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.doctor_name IS '医師名有無';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.val_free IS '自由記述有無';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.nul_flv_val IS '未実施・測定不能区分';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.eine_div IS '入力範囲外区分';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.mvsl_div IS '基準値判定区分（H/L/N）';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.mee_nendo IS '健診実施年度';
COMMENT ON COLUMN :SC_NAME.panel_tokken_exam.input_ym IS '取込年月';
