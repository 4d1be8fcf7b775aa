-- PANEL_DEN_SI: 歯科 診療行為レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DEN_SI.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_den_si (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_ident char(2),
    burd_div char(1),
    prac_act_cd char(9),
    qnt_dat integer,
    score integer,
    times smallint,
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
COMMENT ON TABLE :SC_NAME.panel_den_si IS '歯科 診療行為レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_den_si.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_den_si.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_den_si.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_si.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.prac_ident IS '診療識別';
COMMENT ON COLUMN :SC_NAME.panel_den_si.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_den_si.prac_act_cd IS '診療行為コード';
COMMENT ON COLUMN :SC_NAME.panel_den_si.qnt_dat IS '数量データ';
COMMENT ON COLUMN :SC_NAME.panel_den_si.score IS '点数';
COMMENT ON COLUMN :SC_NAME.panel_den_si.times IS '回数';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days01_info IS '1日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days02_info IS '2日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days03_info IS '3日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days04_info IS '4日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days05_info IS '5日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days06_info IS '6日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days07_info IS '7日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days08_info IS '8日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days09_info IS '9日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days10_info IS '10日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days11_info IS '11日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days12_info IS '12日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days13_info IS '13日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days14_info IS '14日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days15_info IS '15日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days16_info IS '16日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days17_info IS '17日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days18_info IS '18日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days19_info IS '19日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days20_info IS '20日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days21_info IS '21日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days22_info IS '22日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days23_info IS '23日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days24_info IS '24日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days25_info IS '25日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days26_info IS '26日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days27_info IS '27日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days28_info IS '28日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days29_info IS '29日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days30_info IS '30日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.days31_info IS '31日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_si.aft_splmt_prac_ident IS '補完後診療識別';
COMMENT ON COLUMN :SC_NAME.panel_den_si.serl_no IS '一連番号';
COMMENT ON COLUMN :SC_NAME.panel_den_si.sers_odr IS '一連内順序';
COMMENT ON COLUMN :SC_NAME.panel_den_si.aft_splmt_score IS '補完後点数';
COMMENT ON COLUMN :SC_NAME.panel_den_si.aft_splmt_score_err IS '補完後点数エラー';
COMMENT ON COLUMN :SC_NAME.panel_den_si.aft_splmt_times IS '補完後回数';
COMMENT ON COLUMN :SC_NAME.panel_den_si.aft_splmt_times_err IS '補完後回数エラー';
COMMENT ON COLUMN :SC_NAME.panel_den_si.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_den_si.input_ym IS '取込年月';
