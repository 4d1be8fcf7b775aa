-- PANEL_DEN_SS: 歯科 歯科診療行為レコード（暫定）
-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える
-- psql -d sampledb -f PANEL_DEN_SS.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.panel_den_ss (
    seq1_no integer,
    seq2_no text NOT NULL,
    vld_flg smallint,
    rec_ident_info char(2) NOT NULL,
    prac_ident char(2),
    burd_div char(1),
    prac_act_cd char(9),
    prac_act_amnt1_dat integer,
    prac_act_amnt2_dat integer,
    add01_cd text,
    add01_amnt_dat integer,
    add02_cd text,
    add02_amnt_dat integer,
    add03_cd text,
    add03_amnt_dat integer,
    add04_cd text,
    add04_amnt_dat integer,
    add05_cd text,
    add05_amnt_dat integer,
    add06_cd text,
    add06_amnt_dat integer,
    add07_cd text,
    add07_amnt_dat integer,
    add08_cd text,
    add08_amnt_dat integer,
    add09_cd text,
    add09_amnt_dat integer,
    add10_cd text,
    add10_amnt_dat integer,
    add11_cd text,
    add11_amnt_dat integer,
    add12_cd text,
    add12_amnt_dat integer,
    add13_cd text,
    add13_amnt_dat integer,
    add14_cd text,
    add14_amnt_dat integer,
    add15_cd text,
    add15_amnt_dat integer,
    add16_cd text,
    add16_amnt_dat integer,
    add17_cd text,
    add17_amnt_dat integer,
    add18_cd text,
    add18_amnt_dat integer,
    add19_cd text,
    add19_amnt_dat integer,
    add20_cd text,
    add20_amnt_dat integer,
    add21_cd text,
    add21_amnt_dat integer,
    add22_cd text,
    add22_amnt_dat integer,
    add23_cd text,
    add23_amnt_dat integer,
    add24_cd text,
    add24_amnt_dat integer,
    add25_cd text,
    add25_amnt_dat integer,
    add26_cd text,
    add26_amnt_dat integer,
    add27_cd text,
    add27_amnt_dat integer,
    add28_cd text,
    add28_amnt_dat integer,
    add29_cd text,
    add29_amnt_dat integer,
    add30_cd text,
    add30_amnt_dat integer,
    add31_cd text,
    add31_amnt_dat integer,
    add32_cd text,
    add32_amnt_dat integer,
    add33_cd text,
    add33_amnt_dat integer,
    add34_cd text,
    add34_amnt_dat integer,
    add35_cd text,
    add35_amnt_dat integer,
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
COMMENT ON TABLE :SC_NAME.panel_den_ss IS '歯科 歯科診療行為レコード（暫定）';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.seq1_no IS '通番1';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.seq2_no IS '通番2';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.vld_flg IS '有効フラグ';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.prac_ident IS '診療識別';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.prac_act_cd IS '診療行為コード';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.prac_act_amnt1_dat IS '診療行為数量データ1';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.prac_act_amnt2_dat IS '診療行為数量データ2';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add01_cd IS '加算コード1';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add01_amnt_dat IS '加算数量データ1';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add02_cd IS '加算コード2';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add02_amnt_dat IS '加算数量データ2';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add03_cd IS '加算コード3';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add03_amnt_dat IS '加算数量データ3';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add04_cd IS '加算コード4';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add04_amnt_dat IS '加算数量データ4';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add05_cd IS '加算コード5';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add05_amnt_dat IS '加算数量データ5';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add06_cd IS '加算コード6';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add06_amnt_dat IS '加算数量データ6';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add07_cd IS '加算コード7';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add07_amnt_dat IS '加算数量データ7';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add08_cd IS '加算コード8';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add08_amnt_dat IS '加算数量データ8';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add09_cd IS '加算コード9';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add09_amnt_dat IS '加算数量データ9';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add10_cd IS '加算コード10';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add10_amnt_dat IS '加算数量データ10';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add11_cd IS '加算コード11';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add11_amnt_dat IS '加算数量データ11';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add12_cd IS '加算コード12';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add12_amnt_dat IS '加算数量データ12';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add13_cd IS '加算コード13';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add13_amnt_dat IS '加算数量データ13';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add14_cd IS '加算コード14';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add14_amnt_dat IS '加算数量データ14';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add15_cd IS '加算コード15';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add15_amnt_dat IS '加算数量データ15';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add16_cd IS '加算コード16';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add16_amnt_dat IS '加算数量データ16';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add17_cd IS '加算コード17';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add17_amnt_dat IS '加算数量データ17';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add18_cd IS '加算コード18';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add18_amnt_dat IS '加算数量データ18';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add19_cd IS '加算コード19';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add19_amnt_dat IS '加算数量データ19';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add20_cd IS '加算コード20';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add20_amnt_dat IS '加算数量データ20';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add21_cd IS '加算コード21';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add21_amnt_dat IS '加算数量データ21';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add22_cd IS '加算コード22';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add22_amnt_dat IS '加算数量データ22';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add23_cd IS '加算コード23';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add23_amnt_dat IS '加算数量データ23';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add24_cd IS '加算コード24';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add24_amnt_dat IS '加算数量データ24';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add25_cd IS '加算コード25';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add25_amnt_dat IS '加算数量データ25';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add26_cd IS '加算コード26';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add26_amnt_dat IS '加算数量データ26';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add27_cd IS '加算コード27';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add27_amnt_dat IS '加算数量データ27';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add28_cd IS '加算コード28';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add28_amnt_dat IS '加算数量データ28';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add29_cd IS '加算コード29';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add29_amnt_dat IS '加算数量データ29';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add30_cd IS '加算コード30';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add30_amnt_dat IS '加算数量データ30';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add31_cd IS '加算コード31';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add31_amnt_dat IS '加算数量データ31';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add32_cd IS '加算コード32';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add32_amnt_dat IS '加算数量データ32';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add33_cd IS '加算コード33';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add33_amnt_dat IS '加算数量データ33';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add34_cd IS '加算コード34';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add34_amnt_dat IS '加算数量データ34';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add35_cd IS '加算コード35';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.add35_amnt_dat IS '加算数量データ35';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.score IS '点数';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.times IS '回数';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days01_info IS '1日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days02_info IS '2日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days03_info IS '3日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days04_info IS '4日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days05_info IS '5日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days06_info IS '6日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days07_info IS '7日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days08_info IS '8日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days09_info IS '9日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days10_info IS '10日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days11_info IS '11日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days12_info IS '12日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days13_info IS '13日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days14_info IS '14日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days15_info IS '15日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days16_info IS '16日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days17_info IS '17日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days18_info IS '18日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days19_info IS '19日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days20_info IS '20日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days21_info IS '21日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days22_info IS '22日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days23_info IS '23日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days24_info IS '24日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days25_info IS '25日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days26_info IS '26日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days27_info IS '27日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days28_info IS '28日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days29_info IS '29日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days30_info IS '30日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.days31_info IS '31日の情報';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.aft_splmt_prac_ident IS '補完後診療識別';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.serl_no IS '一連番号';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.sers_odr IS '一連内順序';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.aft_splmt_score IS '補完後点数';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.aft_splmt_score_err IS '補完後点数エラー';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.aft_splmt_times IS '補完後回数';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.aft_splmt_times_err IS '補完後回数エラー';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.prac_ym IS '診療年月';
COMMENT ON COLUMN :SC_NAME.panel_den_ss.input_ym IS '取込年月';
