-- TRIAL_PHA_SH_GAI: 医科入院外に紐づく調剤 処方基本レコード
-- 列: 公開の記録条件仕様による 10、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_SH_GAI.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_sh_gai (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    sh_no char(2),
    dsg_frm_cd char(1),
    drctn_use_cd text,
    spcl_isrcn text,
    total integer,
    pub_money01 integer,
    pub_money02 integer,
    pub_money03 integer,
    pub_money04 integer
);
COMMENT ON TABLE :SC_NAME.trial_pha_sh_gai IS '医科入院外に紐づく調剤 処方基本レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.sh_no IS 'No';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.dsg_frm_cd IS '剤形コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.drctn_use_cd IS '用法コード';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.spcl_isrcn IS '特別指示';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.total IS '単位薬剤料・合計';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.pub_money01 IS '単位薬剤料・第一公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.pub_money02 IS '単位薬剤料・第二公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.pub_money03 IS '単位薬剤料・第三公費';
COMMENT ON COLUMN :SC_NAME.trial_pha_sh_gai.pub_money04 IS '単位薬剤料・第四公費';
