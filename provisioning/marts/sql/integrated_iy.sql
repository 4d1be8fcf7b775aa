-- mart: integrated_iy
-- what: 統合IY（医薬品）。医薬品1つに1行
-- needs: trial_med_ini_si, trial_med_ini_iy, trial_med_ini_to, trial_med_gai_si, trial_med_gai_iy, trial_med_gai_to, trial_dpc_si, trial_dpc_iy, trial_dpc_to, trial_dpc_cd, trial_pha_sh, trial_pha_cz, trial_pha_iy, trial_pha_sh_gai, trial_pha_cz_gai, trial_pha_iy_gai
-- By hand: psql -v SC_NAME=sample -v MART=mart -f integrated_iy.sql
-- CD はコードが6で始まる行（医薬品）だけをとる。9の並びのコードは種類が分からないため含めない。
-- 診療識別はまとまりの最初の行だけにあり、まとまりは SI、IY、TO にまたがる。そのため SI、TO も通番1の順に並べて補う。
CREATE TABLE :MART.integrated_iy AS
WITH done AS (
    -- DPC の IY が日ごとの回数で示す実施。同じレセプト・コード・日の CD は重複として除く。
    SELECT DISTINCT s.seq2_no, s.medicine_cd AS code, lpad(d.day::text, 2, '0') AS day
      FROM :SC_NAME.trial_dpc_iy AS s
     CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
     WHERE d.count > 0
)
SELECT '医科入院' AS receipt_type, seq2_no, seq1_no, record, ident AS prac_ident, medicine_cd, use_amnt,
       times::bigint AS times, score, NULL::text AS oprtn_ymd, NULL::text AS dsg_frm_cd, NULL::text AS drctn_use_cd,
       NULL::bigint AS dispensings
  FROM (SELECT *, max(prac_ident) OVER (PARTITION BY seq2_no, block) AS ident
          FROM (SELECT *, count(prac_ident) OVER (PARTITION BY seq2_no ORDER BY seq1_no) AS block
                  FROM (SELECT 'IY' AS record, seq2_no, seq1_no, prac_ident, medicine_cd, use_amnt, times, score
                          FROM :SC_NAME.trial_med_ini_iy
                        UNION ALL
                        SELECT 'SI', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_med_ini_si
                        UNION ALL
                        SELECT 'TO', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_med_ini_to) AS line) AS numbered) AS filled
 WHERE record = 'IY'
UNION ALL
SELECT '医科外来' AS receipt_type, seq2_no, seq1_no, record, ident AS prac_ident, medicine_cd, use_amnt,
       times::bigint AS times, score, NULL::text AS oprtn_ymd, NULL::text AS dsg_frm_cd, NULL::text AS drctn_use_cd,
       NULL::bigint AS dispensings
  FROM (SELECT *, max(prac_ident) OVER (PARTITION BY seq2_no, block) AS ident
          FROM (SELECT *, count(prac_ident) OVER (PARTITION BY seq2_no ORDER BY seq1_no) AS block
                  FROM (SELECT 'IY' AS record, seq2_no, seq1_no, prac_ident, medicine_cd, use_amnt, times, score
                          FROM :SC_NAME.trial_med_gai_iy
                        UNION ALL
                        SELECT 'SI', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_med_gai_si
                        UNION ALL
                        SELECT 'TO', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_med_gai_to) AS line) AS numbered) AS filled
 WHERE record = 'IY'
UNION ALL
SELECT 'DPC' AS receipt_type, seq2_no, seq1_no, record, ident AS prac_ident, medicine_cd, use_amnt,
       times::bigint AS times, score, NULL::text AS oprtn_ymd, NULL::text AS dsg_frm_cd, NULL::text AS drctn_use_cd,
       NULL::bigint AS dispensings
  FROM (SELECT *, max(prac_ident) OVER (PARTITION BY seq2_no, block) AS ident
          FROM (SELECT *, count(prac_ident) OVER (PARTITION BY seq2_no ORDER BY seq1_no) AS block
                  FROM (SELECT 'IY' AS record, seq2_no, seq1_no, prac_ident, medicine_cd, use_amnt, times, score
                          FROM :SC_NAME.trial_dpc_iy
                        UNION ALL
                        SELECT 'SI', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_dpc_si
                        UNION ALL
                        SELECT 'TO', seq2_no, seq1_no, prac_ident, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_dpc_to) AS line) AS numbered) AS filled
 WHERE record = 'IY'
UNION ALL
SELECT 'DPC', cd.seq2_no, cd.seq1_no, 'CD', cd.prac_ident, cd.rcpt_comp_sys_rec, cd.use_amnt, cd.times,
       NULL, cd.oprtn_ymd, NULL, NULL, NULL
  FROM :SC_NAME.trial_dpc_cd AS cd
 WHERE cd.rcpt_comp_sys_rec LIKE '6%'
   AND NOT EXISTS (SELECT FROM done
                    WHERE done.seq2_no = cd.seq2_no AND done.code = cd.rcpt_comp_sys_rec
                      AND done.day = right(cd.oprtn_ymd, 2))
UNION ALL
SELECT '調剤', seq2_no, seq1_no, 'IY', NULL, medicine_cd, use_amnt, amount,
       NULL, first_ymd, form, directions, dispensings
  FROM (SELECT *,
               -- 処方ごとのまとまりの中で、調剤（CZ）の数量を合計し、処方（SH）の剤形と用法を写す。
               sum(dspng_amnt) OVER one AS amount, min(dspng_ymd) OVER one AS first_ymd,
               nullif(count(*) FILTER (WHERE record = 'CZ') OVER one, 0) AS dispensings,
               max(dsg_frm_cd) OVER one AS form, max(drctn_use_cd) OVER one AS directions
          FROM (SELECT *,
                       -- まとまり：SH から次の SH の前まで（通番1の順）。
                       count(*) FILTER (WHERE record = 'SH') OVER (PARTITION BY seq2_no ORDER BY seq1_no) AS block
                  FROM (SELECT 'SH' AS record, seq2_no, seq1_no, NULL AS medicine_cd, NULL::numeric AS use_amnt,
                               NULL::smallint AS dspng_amnt, NULL AS dspng_ymd, dsg_frm_cd, drctn_use_cd
                          FROM :SC_NAME.trial_pha_sh
                        UNION ALL
                        SELECT 'CZ', seq2_no, seq1_no, NULL, NULL, dspng_amnt, dspng_ymd, NULL, NULL
                          FROM :SC_NAME.trial_pha_cz
                        UNION ALL
                        SELECT 'IY', seq2_no, seq1_no, medicine_cd, use_amnt, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_pha_iy) AS line) AS numbered
        WINDOW one AS (PARTITION BY seq2_no, block)) AS priced
 WHERE record = 'IY'
UNION ALL
SELECT '外来の調剤', seq2_no, seq1_no, 'IY', NULL, medicine_cd, use_amnt, amount,
       NULL, first_ymd, form, directions, dispensings
  FROM (SELECT *,
               -- 処方ごとのまとまりの中で、調剤（CZ）の数量を合計し、処方（SH）の剤形と用法を写す。
               sum(dspng_amnt) OVER one AS amount, min(dspng_ymd) OVER one AS first_ymd,
               nullif(count(*) FILTER (WHERE record = 'CZ') OVER one, 0) AS dispensings,
               max(dsg_frm_cd) OVER one AS form, max(drctn_use_cd) OVER one AS directions
          FROM (SELECT *,
                       -- まとまり：SH から次の SH の前まで（通番1の順）。
                       count(*) FILTER (WHERE record = 'SH') OVER (PARTITION BY seq2_no ORDER BY seq1_no) AS block
                  FROM (SELECT 'SH' AS record, seq2_no, seq1_no, NULL AS medicine_cd, NULL::numeric AS use_amnt,
                               NULL::smallint AS dspng_amnt, NULL AS dspng_ymd, dsg_frm_cd, drctn_use_cd
                          FROM :SC_NAME.trial_pha_sh_gai
                        UNION ALL
                        SELECT 'CZ', seq2_no, seq1_no, NULL, NULL, dspng_amnt, dspng_ymd, NULL, NULL
                          FROM :SC_NAME.trial_pha_cz_gai
                        UNION ALL
                        SELECT 'IY', seq2_no, seq1_no, medicine_cd, use_amnt, NULL, NULL, NULL, NULL
                          FROM :SC_NAME.trial_pha_iy_gai) AS line) AS numbered
        WINDOW one AS (PARTITION BY seq2_no, block)) AS priced
 WHERE record = 'IY'
;
CREATE INDEX ON :MART.integrated_iy (seq2_no);
CREATE INDEX ON :MART.integrated_iy (medicine_cd);
COMMENT ON TABLE :MART.integrated_iy IS '統合IY（医薬品）：IY、CZ、SH、CD から、医薬品1つに1行。CD と IY の重複は除く';
COMMENT ON COLUMN :MART.integrated_iy.receipt_type IS '区分（医科入院、医科外来、DPC、調剤、外来の調剤）';
COMMENT ON COLUMN :MART.integrated_iy.seq2_no IS 'レセプトのキー。区分と合わせて使う';
COMMENT ON COLUMN :MART.integrated_iy.seq1_no IS 'レセプト内の行の順';
COMMENT ON COLUMN :MART.integrated_iy.record IS '元のレコード（IY、CD）';
COMMENT ON COLUMN :MART.integrated_iy.prac_ident IS '診療識別（IYの空欄は、SI、IY、TO を通したまとまりの先頭で補う。調剤にはない）';
COMMENT ON COLUMN :MART.integrated_iy.medicine_cd IS '医薬品コード。9の並びはまれなコード';
COMMENT ON COLUMN :MART.integrated_iy.use_amnt IS '使用量（調剤は調剤数量1当たり）';
COMMENT ON COLUMN :MART.integrated_iy.times IS '回数（調剤は処方ごとの調剤数量の合計）';
COMMENT ON COLUMN :MART.integrated_iy.score IS '点数（医科・DPCのIYのみ）';
COMMENT ON COLUMN :MART.integrated_iy.oprtn_ymd IS '実施年月日（CD）または最初の調剤日（調剤）';
COMMENT ON COLUMN :MART.integrated_iy.dsg_frm_cd IS '剤形（調剤のみ）';
COMMENT ON COLUMN :MART.integrated_iy.drctn_use_cd IS '用法（調剤のみ）';
COMMENT ON COLUMN :MART.integrated_iy.dispensings IS 'その処方の調剤の回数（調剤のみ）';
