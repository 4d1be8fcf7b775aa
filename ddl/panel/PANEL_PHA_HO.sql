-- PANEL_PHA_HO: 調剤 保険者レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_HO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_ho (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    insurer_no text,
    prspt_rcptn_times smallint,
    total_score integer,
    reserve_01 text,
    reason_duty text,
    part_burd integer,
    reserve_02 smallint,
    rdct_tax_div text,
    rdct_rat smallint,
    rdct_price integer,
    houbetsu_no char(2),
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_ho IS '調剤 保険者レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.insurer_no IS '保険者番号（匿名化後）';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.prspt_rcptn_times IS '処方箋受付回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.total_score IS '合計点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.reason_duty IS '職務上の事由';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.part_burd IS '一部負担金';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.rdct_tax_div IS '負担金額・減免区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.rdct_rat IS '負担金額・減額割合';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.rdct_price IS '負担金額・減額金額';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.houbetsu_no IS '法別番号';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_ho.input_ym IS '取込年月';
