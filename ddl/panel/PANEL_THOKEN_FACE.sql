-- PANEL_THOKEN_FACE: 特定保健指導 利用券・受診券（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_THOKEN_FACE.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_thoken_face (
    seq1_no text NOT NULL,
    seq2_no text,
    vld_flg smallint,
    ident_cd text,
    cnslt_tckt_face_cls text,
    cnslt_tckt_rfrnc_no text,
    hge_nendo text,
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_thoken_face IS '特定保健指導 利用券・受診券（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_face.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_thoken_face.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_thoken_face.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_thoken_face.ident_cd IS '識別コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_face.cnslt_tckt_face_cls IS '券面種別（受診券）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_face.cnslt_tckt_rfrnc_no IS '受診券整理番号';
COMMENT ON COLUMN :SC_NAME.panel_thoken_face.hge_nendo IS '保健指導実施年度';
COMMENT ON COLUMN :SC_NAME.panel_thoken_face.input_ym IS '取込年月';
