-- PANEL_DPC_KO: DPC 公費レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DPC_KO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_dpc_ko (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    houbetsu_no char(2),
    ex_gratia_pay_div text,
    prac_true_days smallint,
    total_score integer,
    pub_money integer,
    reserve_01 text,
    pub_money_pay_hostz_burd integer,
    reserve_02 text,
    times smallint,
    total_price integer,
    stand_burd_price integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_dpc_ko IS 'DPC 公費レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.houbetsu_no IS '公費・法別番号（公費負担者番号上二桁）';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.ex_gratia_pay_div IS '任意給付区分';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.prac_true_days IS '診療実日数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.total_score IS '合計点数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.pub_money IS '負担金額・公費';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.pub_money_pay_hostz_burd IS '公費給付対象入院一部負担金';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.times IS '食事療養・生活療養・回数';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.total_price IS '食事療養・生活療養・合計金額';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.stand_burd_price IS '食事療養・生活療養・標準負担額';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_dpc_ko.input_ym IS '取込年月';
