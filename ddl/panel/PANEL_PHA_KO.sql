-- PANEL_PHA_KO: 調剤 公費レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_PHA_KO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_pha_ko (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    houbetsu_no char(2),
    ex_gratia_pay_div text,
    prspt_rcptn_times smallint,
    total_score integer,
    reserve_01 text,
    part_burd integer,
    reserve_02 text,
    pub_money_pay_part_burd integer,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_pha_ko IS '調剤 公費レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.houbetsu_no IS '公費・法別番号（公費負担者番号上二桁）';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.ex_gratia_pay_div IS '任意給付区分';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.prspt_rcptn_times IS '処方箋受付回数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.total_score IS '合計点数';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.reserve_01 IS '予備1';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.part_burd IS '一部負担金';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.reserve_02 IS '予備2';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.pub_money_pay_part_burd IS '公費給付対象一部負担金';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_pha_ko.input_ym IS '取込年月';
