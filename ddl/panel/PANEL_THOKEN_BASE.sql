-- PANEL_THOKEN_BASE: 特定保健指導 基本情報（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_THOKEN_BASE.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_thoken_base (
    seq1_no text NOT NULL,
    seq2_no text,
    vld_flg smallint,
    ident_cd text,
    id5 text,
    age smallint,
    post_no_top2 char(2),
    user_sex_cd text,
    user_birth_ym text,
    cnslt_tckt_face_cls text,
    cnslt_tckt_rfrnc_no text,
    use_tckt_face_cls text,
    use_tckt_rfrnc_no text,
    hge_prg_cls text,
    hge_ymd char(8),
    hg_prg_name text,
    hge_inst_no text,
    insurer_no text,
    rpt_div text,
    qlfct_div text,
    input_ym char(6),
    age_hier_cd1 char(3),
    age_hier_cd2 char(3),
    last_birth_age smallint,
    last_birth_age_hier_cd1 char(3),
    last_birth_age_hier_cd2 char(3),
    hge_nendo text
);
COMMENT ON TABLE :SC_NAME.panel_thoken_base IS '特定保健指導 基本情報（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.ident_cd IS '識別コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.id5 IS 'ID5（個人単位被保険者番号由来の名寄せID）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.age IS '年齢';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.post_no_top2 IS '郵便番号上二桁';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.user_sex_cd IS '利用者・性別コード';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.user_birth_ym IS '利用者・生年月';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.cnslt_tckt_face_cls IS '券面種別（受診券）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.cnslt_tckt_rfrnc_no IS '受診券整理番号';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.use_tckt_face_cls IS '券面種別（利用券）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.use_tckt_rfrnc_no IS '利用券整理番号';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.hge_prg_cls IS '保健指導実施時のプログラム種別';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.hge_ymd IS '保健指導実施年月日';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.hg_prg_name IS '保健指導プログラム名';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.hge_inst_no IS '保健指導実施機関番号（匿名化後）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.insurer_no IS '保険者番号（匿名化後）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.rpt_div IS '報告区分';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.qlfct_div IS '資格区分';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.input_ym IS '取込年月';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.age_hier_cd1 IS '年齢階層コード1（5歳階級）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.age_hier_cd2 IS '年齢階層コード2（10歳未満は各歳）';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.last_birth_age IS '満年齢';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.last_birth_age_hier_cd1 IS '満年齢階層コード1';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.last_birth_age_hier_cd2 IS '満年齢階層コード2';
COMMENT ON COLUMN :SC_NAME.panel_thoken_base.hge_nendo IS '保健指導実施年度';
