-- TRIAL_MED_GAI_IY: 医科入院外 医薬品レコード
-- 列: 公開の記録条件仕様による 44、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_MED_GAI_IY.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_med_gai_iy (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    prac_ident char(2),
    burd_div char(1),
    medicine_cd char(9),
    use_amnt numeric(10,5),
    score integer,
    times smallint,
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
    days31_info smallint
);
COMMENT ON TABLE :SC_NAME.trial_med_gai_iy IS '医科入院外 医薬品レコード';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.prac_ident IS '診療識別';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.burd_div IS '負担区分';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.medicine_cd IS '医薬品コード';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.use_amnt IS '使用量';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.score IS '点数';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.times IS '回数';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.cmt1_cd IS 'コメントコード1';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.char1_dat IS '文字データ1';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.cmt2_cd IS 'コメントコード2';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.char2_dat IS '文字データ2';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.cmt3_cd IS 'コメントコード3';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.char3_dat IS '文字データ3';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days01_info IS '1日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days02_info IS '2日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days03_info IS '3日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days04_info IS '4日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days05_info IS '5日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days06_info IS '6日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days07_info IS '7日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days08_info IS '8日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days09_info IS '9日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days10_info IS '10日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days11_info IS '11日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days12_info IS '12日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days13_info IS '13日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days14_info IS '14日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days15_info IS '15日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days16_info IS '16日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days17_info IS '17日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days18_info IS '18日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days19_info IS '19日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days20_info IS '20日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days21_info IS '21日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days22_info IS '22日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days23_info IS '23日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days24_info IS '24日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days25_info IS '25日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days26_info IS '26日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days27_info IS '27日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days28_info IS '28日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days29_info IS '29日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days30_info IS '30日の情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_iy.days31_info IS '31日の情報';
