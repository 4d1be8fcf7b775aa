-- mart: integrated_si
-- what: 統合SI（診療行為）。診療行為1つに1行
-- needs: trial_med_ini_si, trial_med_ini_iy, trial_med_ini_to, trial_med_gai_si, trial_med_gai_iy, trial_med_gai_to, trial_dpc_si, trial_dpc_iy, trial_dpc_to, trial_dpc_cd, trial_dpc_sk
-- By hand: psql -v SC_NAME=sample -v MART=mart -f integrated_si.sql
-- CD はコードが1で始まる行（診療行為）だけをとる。9の並びのコードは種類が分からないため含めない。
-- 診療識別はまとまりの最初の行だけにあり、まとまりは SI、IY、TO にまたがる。そのため IY、TO も通番1の順に並べて補う。
CREATE TABLE :MART.integrated_si AS
WITH done AS (
    -- DPC の SI が日ごとの回数で示す実施。同じレセプト・コード・日の CD は重複として除く。
    SELECT DISTINCT s.seq2_no, s.prac_act_cd AS code, lpad(d.day::text, 2, '0') AS day
      FROM :SC_NAME.trial_dpc_si AS s
     CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
     WHERE d.count > 0
)
SELECT '医科入院' AS receipt_type, seq2_no, seq1_no, record, ident AS prac_ident, prac_act_cd,
       NULL::text AS div_no, NULL::text AS prac_div_cd, NULL::text AS oprtn_ymd, qnt_dat, score, times
  FROM (SELECT *, max(prac_ident) OVER (PARTITION BY seq2_no, block) AS ident
          FROM (SELECT *, count(prac_ident) OVER (PARTITION BY seq2_no ORDER BY seq1_no) AS block
                  FROM (SELECT 'SI' AS record, seq2_no, seq1_no, prac_ident, prac_act_cd, qnt_dat, score, times
                          FROM :SC_NAME.trial_med_ini_si
                        UNION ALL
                        SELECT 'IY', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_med_ini_iy
                        UNION ALL
                        SELECT 'TO', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_med_ini_to) AS line) AS numbered) AS filled
 WHERE record = 'SI'
UNION ALL
SELECT '医科外来' AS receipt_type, seq2_no, seq1_no, record, ident AS prac_ident, prac_act_cd,
       NULL::text AS div_no, NULL::text AS prac_div_cd, NULL::text AS oprtn_ymd, qnt_dat, score, times
  FROM (SELECT *, max(prac_ident) OVER (PARTITION BY seq2_no, block) AS ident
          FROM (SELECT *, count(prac_ident) OVER (PARTITION BY seq2_no ORDER BY seq1_no) AS block
                  FROM (SELECT 'SI' AS record, seq2_no, seq1_no, prac_ident, prac_act_cd, qnt_dat, score, times
                          FROM :SC_NAME.trial_med_gai_si
                        UNION ALL
                        SELECT 'IY', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_med_gai_iy
                        UNION ALL
                        SELECT 'TO', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_med_gai_to) AS line) AS numbered) AS filled
 WHERE record = 'SI'
UNION ALL
SELECT 'DPC' AS receipt_type, seq2_no, seq1_no, record, ident AS prac_ident, prac_act_cd,
       NULL::text AS div_no, NULL::text AS prac_div_cd, NULL::text AS oprtn_ymd, qnt_dat, score, times
  FROM (SELECT *, max(prac_ident) OVER (PARTITION BY seq2_no, block) AS ident
          FROM (SELECT *, count(prac_ident) OVER (PARTITION BY seq2_no ORDER BY seq1_no) AS block
                  FROM (SELECT 'SI' AS record, seq2_no, seq1_no, prac_ident, prac_act_cd, qnt_dat, score, times
                          FROM :SC_NAME.trial_dpc_si
                        UNION ALL
                        SELECT 'IY', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_dpc_iy
                        UNION ALL
                        SELECT 'TO', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_dpc_to) AS line) AS numbered) AS filled
 WHERE record = 'SI'
UNION ALL
SELECT 'DPC', cd.seq2_no, cd.seq1_no, 'CD', cd.prac_ident, cd.rcpt_comp_sys_rec,
       NULL, NULL, cd.oprtn_ymd, cd.qnt_dat, NULL, cd.times
  FROM :SC_NAME.trial_dpc_cd AS cd
 WHERE cd.rcpt_comp_sys_rec LIKE '1%'
   AND NOT EXISTS (SELECT FROM done
                    WHERE done.seq2_no = cd.seq2_no AND done.code = cd.rcpt_comp_sys_rec
                      AND done.day = right(cd.oprtn_ymd, 2))
UNION ALL
SELECT 'DPC', seq2_no, seq1_no, 'SK', NULL, prac_act_cd, div_no, prac_div_cd, oprtn_plan_ymd, NULL, NULL, NULL
  FROM :SC_NAME.trial_dpc_sk
;
CREATE INDEX ON :MART.integrated_si (seq2_no);
CREATE INDEX ON :MART.integrated_si (prac_act_cd);
COMMENT ON TABLE :MART.integrated_si IS '統合SI（診療行為）：SI、CD、SK から、診療行為1つに1行。CD と SI の重複は除く';
COMMENT ON COLUMN :MART.integrated_si.receipt_type IS '区分（医科入院、医科外来、DPC、調剤、外来の調剤）';
COMMENT ON COLUMN :MART.integrated_si.seq2_no IS 'レセプトのキー。区分と合わせて使う';
COMMENT ON COLUMN :MART.integrated_si.seq1_no IS 'レセプト内の行の順';
COMMENT ON COLUMN :MART.integrated_si.record IS '元のレコード（SI、CD、SK）';
COMMENT ON COLUMN :MART.integrated_si.prac_ident IS '診療識別（SIの空欄は、SI、IY、TO を通したまとまりの先頭で補う）';
COMMENT ON COLUMN :MART.integrated_si.prac_act_cd IS '診療行為コード。9の並びはまれなコード';
COMMENT ON COLUMN :MART.integrated_si.div_no IS '区分番号（SKのみ）';
COMMENT ON COLUMN :MART.integrated_si.prac_div_cd IS '診療区分（SKのみ）';
COMMENT ON COLUMN :MART.integrated_si.oprtn_ymd IS '実施年月日（CD、SK）。SIの日は daily_counts にある';
COMMENT ON COLUMN :MART.integrated_si.qnt_dat IS '数量データ';
COMMENT ON COLUMN :MART.integrated_si.score IS '点数（SIのみ）';
COMMENT ON COLUMN :MART.integrated_si.times IS '回数';
