-- PANEL_MED_TO: 医科（入院・入院外） 特定器材レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_MED_TO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_med_to (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_ident char(2),
    burd_div char(1),
    spcfc_dev_cd char(9),
    use_amnt numeric(10,5),
    score integer,
    times smallint,
    unit_cd text,
    unit_price numeric(10,2),
    spcfc_dev_name text,
    trade_name_stand_size text,
    cmt1_cd char(9),
    char1_dat text,
    cmt2_cd char(9),
    char2_dat text,
    cmt3_cd char(9),
    char3_dat text,
    days01_info smallint,
    days02_info smallint,
    days03_info smallint,
    days04_info smallint,
    days05_info smallint,
    days06_info smallint,
    days07_info smallint,
    days08_info smallint,
    days09_info smallint,
    days10_info smallint,
    days11_info smallint,
    days12_info smallint,
    days13_info smallint,
    days14_info smallint,
    days15_info smallint,
    days16_info smallint,
    days17_info smallint,
    days18_info smallint,
    days19_info smallint,
    days20_info smallint,
    days21_info smallint,
    days22_info smallint,
    days23_info smallint,
    days24_info smallint,
    days25_info smallint,
    days26_info smallint,
    days27_info smallint,
    days28_info smallint,
    days29_info smallint,
    days30_info smallint,
    days31_info smallint,
    aft_splmt_prac_ident text,
    serl_no integer,
    sers_odr integer,
    aft_splmt_score integer,
    aft_splmt_score_err text,
    aft_splmt_times smallint,
    aft_splmt_times_err text,
    prac_ym char(6),
    input_ym char(6)
);
COMMENT ON TABLE :SC_NAME.panel_med_to IS '医科（入院・入院外） 特定器材レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_med_to.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_med_to.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_med_to.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_med_to.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.prac_ident IS '診療識別';
COMMENT ON COLUMN :SC_NAME.panel_med_to.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_med_to.spcfc_dev_cd IS '特定器材コード';
COMMENT ON COLUMN :SC_NAME.panel_med_to.use_amnt IS '使用量';
COMMENT ON COLUMN :SC_NAME.panel_med_to.score IS '点数';
COMMENT ON COLUMN :SC_NAME.panel_med_to.times IS '回数';
COMMENT ON COLUMN :SC_NAME.panel_med_to.unit_cd IS '単位コード';
COMMENT ON COLUMN :SC_NAME.panel_med_to.unit_price IS '単価';
COMMENT ON COLUMN :SC_NAME.panel_med_to.spcfc_dev_name IS '特定器材名称';
COMMENT ON COLUMN :SC_NAME.panel_med_to.trade_name_stand_size IS '商品名及び規格又はサイズ';
COMMENT ON COLUMN :SC_NAME.panel_med_to.cmt1_cd IS 'コメントコード1';
COMMENT ON COLUMN :SC_NAME.panel_med_to.char1_dat IS '文字データ1';
COMMENT ON COLUMN :SC_NAME.panel_med_to.cmt2_cd IS 'コメントコード2';
COMMENT ON COLUMN :SC_NAME.panel_med_to.char2_dat IS '文字データ2';
COMMENT ON COLUMN :SC_NAME.panel_med_to.cmt3_cd IS 'コメントコード3';
COMMENT ON COLUMN :SC_NAME.panel_med_to.char3_dat IS '文字データ3';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days01_info IS '1日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days02_info IS '2日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days03_info IS '3日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days04_info IS '4日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days05_info IS '5日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days06_info IS '6日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days07_info IS '7日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days08_info IS '8日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days09_info IS '9日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days10_info IS '10日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days11_info IS '11日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days12_info IS '12日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days13_info IS '13日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days14_info IS '14日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days15_info IS '15日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days16_info IS '16日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days17_info IS '17日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days18_info IS '18日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days19_info IS '19日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days20_info IS '20日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days21_info IS '21日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days22_info IS '22日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days23_info IS '23日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days24_info IS '24日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days25_info IS '25日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days26_info IS '26日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days27_info IS '27日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days28_info IS '28日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days29_info IS '29日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days30_info IS '30日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.days31_info IS '31日の情報';
COMMENT ON COLUMN :SC_NAME.panel_med_to.aft_splmt_prac_ident IS '補完後診療識別';
COMMENT ON COLUMN :SC_NAME.panel_med_to.serl_no IS '一連番号';
COMMENT ON COLUMN :SC_NAME.panel_med_to.sers_odr IS '一連内順序';
COMMENT ON COLUMN :SC_NAME.panel_med_to.aft_splmt_score IS '補完後点数';
COMMENT ON COLUMN :SC_NAME.panel_med_to.aft_splmt_score_err IS '補完後点数エラー';
COMMENT ON COLUMN :SC_NAME.panel_med_to.aft_splmt_times IS '補完後回数';
COMMENT ON COLUMN :SC_NAME.panel_med_to.aft_splmt_times_err IS '補完後回数エラー';
COMMENT ON COLUMN :SC_NAME.panel_med_to.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_med_to.input_ym IS '取込年月';
