-- TRIAL_PHA_YK: 調剤 薬局情報レコード
-- 列: 公開の記録条件仕様による 9、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_YK.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_yk (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    exam_pay_inst char(1),
    tdfk char(2),
    score_list char(1),
    drgst_cd text,
    drgst_name text,
    req_ym char(6),
    mlt_vol_ident_info char(2),
    tel_no text
);
COMMENT ON TABLE :SC_NAME.trial_pha_yk IS '調剤 薬局情報レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.exam_pay_inst IS '審査支払機関';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.tdfk IS '都道府県';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.score_list IS '点数表';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.drgst_cd IS '薬局コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.drgst_name IS '薬局連絡先名称';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.req_ym IS '請求年月';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.mlt_vol_ident_info IS 'マルチボリューム識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_yk.tel_no IS '電話番号';
