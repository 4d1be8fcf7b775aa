-- PANEL_DEN_HO: 歯科 保険者レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DEN_HO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_den_ho (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    insurer_no text,
    prac_true_days smallint,
    total_score integer,
    times smallint,
    total_price integer,
    reason_duty text,
    medi_insu integer,
    rdct_tax_div text,
    rdct_rat smallint,
    rdct_price integer,
    houbetsu_no char(2),
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_den_ho IS '歯科 保険者レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.insurer_no IS '保険者番号（匿名化後）';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.prac_true_days IS '診療実日数';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.total_score IS '合計点数';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.times IS '食事療養・生活療養・回数';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.total_price IS '食事療養・生活療養・合計金額';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.reason_duty IS '職務上の事由';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.medi_insu IS '負担金額・医療保険';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.rdct_tax_div IS '負担金額・減免区分';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.rdct_rat IS '負担金額・減額割合';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.rdct_price IS '負担金額・減額金額';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.houbetsu_no IS '法別番号';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_den_ho.input_ym IS '取込年月';
