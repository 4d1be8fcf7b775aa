-- PANEL_PHA_IY: 調剤 医薬品レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_IY.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_iy (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    burd_div char(1),
    medicine_cd char(9),
    use_amnt numeric(10,5),
    reserve_01 integer,
    reserve_02 smallint,
    mix_div_cd smallint,
    mix_div_brnch smallint,
    cmpnd_inapr_div smallint,
    dose numeric(10,5),
    prspt_no integer,
    prspt_sub_no integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_iy IS '調剤 医薬品レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.medicine_cd IS '医薬品コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.use_amnt IS '使用量';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.mix_div_cd IS '混合区分・コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.mix_div_brnch IS '混合区分・枝';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.cmpnd_inapr_div IS '配合不適区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.dose IS '1回用量';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.prspt_no IS '処方番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.prspt_sub_no IS '処方枝番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_iy.input_ym IS '取込年月';
