-- TRIAL_MED_GAI_KO: 医科入院外 公費レコード
-- 列: 公開の記録条件仕様による 12、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_MED_GAI_KO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_med_gai_ko (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    defrayer_no text,
    recipient_no text,
    ex_gratia_pay_div char(1),
    prac_true_days smallint,
    total_score integer,
    pub_money integer,
    pub_money_pay_outpt_burd integer,
    pub_money_pay_hostz_burd integer,
    reserve_01 text,
    times smallint,
    total_price integer
);
COMMENT ON TABLE :SC_NAME.trial_med_gai_ko IS '医科入院外 公費レコード';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.defrayer_no IS '公費負担者番号';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.recipient_no IS '公費受給者番号';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.ex_gratia_pay_div IS '任意給付区分';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.prac_true_days IS '診療実日数';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.total_score IS '合計点数';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.pub_money IS '負担金額・公費';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.pub_money_pay_outpt_burd IS '公費給付対象外来一部負担金';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.pub_money_pay_hostz_burd IS '公費給付対象入院一部負担金';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.reserve_01 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.times IS '食事療養・生活療養・回数';
COMMENT ON COLUMN :SC_NAME.trial_med_gai_ko.total_price IS '食事療養・生活療養・合計金額';
