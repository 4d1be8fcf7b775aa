-- PANEL_THOKEN_ENTRY: 特定保健指導 実施情報（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_THOKEN_ENTRY.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_thoken_entry (
    seq1_no text NOT NULL,
    seq2_no text,
    vld_flg smallint,
    ident_cd text,
    form_cd_org text,
    form_cd text,
    oprtn_ymd char(8),
    efrcr_cd text,
    trust_inst_no text,
    hge_nendo text,
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_thoken_entry IS '特定保健指導 実施情報（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.ident_cd IS '識別コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.form_cd_org IS '支援形態コード（補正前）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.form_cd IS '支援形態コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.oprtn_ymd IS '実施年月日';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.efrcr_cd IS '実施者コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.trust_inst_no IS '委託先機関番号';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.hge_nendo IS '保健指導実施年度';
COMMENT ON COLUMN :SC_NAME.panel_thoken_entry.input_ym IS '取込年月';
