-- TRIAL_PHA_TK: 調剤 摘要欄レコード
-- 列: 公開の記録条件仕様による 3、推定を含む 2（seq1_no, seq2_no）
-- psql -d sampledb -f TRIAL_PHA_TK.sql -v SC_NAME=sample
CREATE TABLE :SC_NAME.trial_pha_tk (
    seq1_no integer,
    seq2_no text NOT NULL,
    rec_ident_info char(2) NOT NULL,
    cmt_cd char(9),
    char_dat text
);
COMMENT ON TABLE :SC_NAME.trial_pha_tk IS '調剤 摘要欄レコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_tk.seq1_no IS '通番1（レセプト内行番号）';
COMMENT ON COLUMN :SC_NAME.trial_pha_tk.seq2_no IS '通番2（レセプト通番）';
COMMENT ON COLUMN :SC_NAME.trial_pha_tk.rec_ident_info IS 'レコード識別情報';
COMMENT ON COLUMN :SC_NAME.trial_pha_tk.cmt_cd IS 'コメントコード';
COMMENT ON COLUMN :SC_NAME.trial_pha_tk.char_dat IS '文字データ';
