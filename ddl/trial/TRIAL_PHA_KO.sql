-- TRIAL_PHA_KO: 調剤 公費レコード
-- 列: 公開の記録条件仕様による 10、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_KO.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_ko (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    defrayer_no text,
    recipient_no text,
    ex_gratia_pay_div char(1),
    prspt_rcptn_times smallint,
    total_score integer,
    reserve_01 text,
    part_burd integer,
    reserve_02 text,
    pub_money_pay_part_burd integer
);
COMMENT ON TABLE :SC_NAME.trial_pha_ko IS '調剤 公費レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.defrayer_no IS '公費負担者番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.recipient_no IS '公費受給者番号';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.ex_gratia_pay_div IS '任意給付区分';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.prspt_rcptn_times IS '処方箋受付回数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.total_score IS '合計点数';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.reserve_01 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.part_burd IS '一部負担金額';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.reserve_02 IS '予備';
COMMENT ON COLUMN :SC_NAME.trial_pha_ko.pub_money_pay_part_burd IS '公費給付対象一部負担金';
