-- PANEL_PHA_TO: 調剤 特定器材レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_TO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_to (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    burd_div char(1),
    spcfc_dev_cd char(9),
    use_amnt numeric(8,3),
    unit_cd text,
    unit_price numeric(10,2),
    spcfc_dev_name text,
    prspt_no integer,
    prspt_sub_no integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_to IS '調剤 特定器材レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.spcfc_dev_cd IS '特定器材コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.use_amnt IS '使用量';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.unit_cd IS '単位コード';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.unit_price IS '単価';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.spcfc_dev_name IS '特定器材名称';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.prspt_no IS '処方番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.prspt_sub_no IS '処方枝番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_to.input_ym IS '取込年月';
