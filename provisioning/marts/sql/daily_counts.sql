-- mart: daily_counts
-- what: 日ごとの回数。行った日1日に1行
-- needs: trial_med_ini_re, trial_med_ini_si, trial_med_ini_iy, trial_med_ini_to, trial_med_gai_re, trial_med_gai_si, trial_med_gai_iy, trial_med_gai_to, trial_dpc_re, trial_dpc_si, trial_dpc_iy, trial_dpc_to
-- By hand: psql -v SC_NAME=sample -v MART=mart -f daily_counts.sql
-- 31列の回数を縦にする。空欄の日は行にならない。
CREATE TABLE :MART.daily_counts AS
SELECT '医科入院' AS receipt_type, s.seq2_no, s.seq1_no, 'SI' AS record, s.prac_act_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_med_ini_si AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_med_ini_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
UNION ALL
SELECT '医科入院' AS receipt_type, s.seq2_no, s.seq1_no, 'IY' AS record, s.medicine_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_med_ini_iy AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_med_ini_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
UNION ALL
SELECT '医科入院' AS receipt_type, s.seq2_no, s.seq1_no, 'TO' AS record, s.spcfc_dev_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_med_ini_to AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_med_ini_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
UNION ALL
SELECT '医科外来' AS receipt_type, s.seq2_no, s.seq1_no, 'SI' AS record, s.prac_act_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_med_gai_si AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_med_gai_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
UNION ALL
SELECT '医科外来' AS receipt_type, s.seq2_no, s.seq1_no, 'IY' AS record, s.medicine_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_med_gai_iy AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_med_gai_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
UNION ALL
SELECT '医科外来' AS receipt_type, s.seq2_no, s.seq1_no, 'TO' AS record, s.spcfc_dev_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_med_gai_to AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_med_gai_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
UNION ALL
SELECT 'DPC' AS receipt_type, s.seq2_no, s.seq1_no, 'SI' AS record, s.prac_act_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_dpc_si AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_dpc_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
UNION ALL
SELECT 'DPC' AS receipt_type, s.seq2_no, s.seq1_no, 'IY' AS record, s.medicine_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_dpc_iy AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_dpc_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
UNION ALL
SELECT 'DPC' AS receipt_type, s.seq2_no, s.seq1_no, 'TO' AS record, s.spcfc_dev_cd AS code,
       d.day::smallint AS day,
       CASE WHEN d.day <= re.days THEN re.month + (d.day - 1) END AS date,
       d.count
  FROM :SC_NAME.trial_dpc_to AS s
 CROSS JOIN LATERAL (VALUES (1, s.days01_info), (2, s.days02_info), (3, s.days03_info), (4, s.days04_info), (5, s.days05_info),
                           (6, s.days06_info), (7, s.days07_info), (8, s.days08_info), (9, s.days09_info), (10, s.days10_info),
                           (11, s.days11_info), (12, s.days12_info), (13, s.days13_info), (14, s.days14_info), (15, s.days15_info),
                           (16, s.days16_info), (17, s.days17_info), (18, s.days18_info), (19, s.days19_info), (20, s.days20_info),
                           (21, s.days21_info), (22, s.days22_info), (23, s.days23_info), (24, s.days24_info), (25, s.days25_info),
                           (26, s.days26_info), (27, s.days27_info), (28, s.days28_info), (29, s.days29_info), (30, s.days30_info),
                           (31, s.days31_info)) AS d (day, count)
  LEFT JOIN (SELECT seq2_no, month, extract(day FROM month + interval '1 month - 1 day')::integer AS days
               FROM (SELECT DISTINCT ON (seq2_no) seq2_no,
                            CASE WHEN prac_ym ~ '^[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(prac_ym, 'YYYYMM') END AS month
                       FROM :SC_NAME.trial_dpc_re ORDER BY seq2_no, seq1_no) AS first) AS re USING (seq2_no)
 WHERE d.count IS NOT NULL
;
CREATE INDEX ON :MART.daily_counts (seq2_no, seq1_no);
COMMENT ON TABLE :MART.daily_counts IS '日ごとの回数：SI、IY、TO の31列を、行った日1日に1行';
COMMENT ON COLUMN :MART.daily_counts.receipt_type IS '区分（医科入院、医科外来、DPC、調剤、外来の調剤）';
COMMENT ON COLUMN :MART.daily_counts.seq2_no IS 'レセプトのキー';
COMMENT ON COLUMN :MART.daily_counts.seq1_no IS 'レセプト内の行の順';
COMMENT ON COLUMN :MART.daily_counts.record IS '元のレコード（SI、IY、TO）';
COMMENT ON COLUMN :MART.daily_counts.code IS '診療行為・医薬品・特定器材のコード';
COMMENT ON COLUMN :MART.daily_counts.day IS '日（1から31）';
COMMENT ON COLUMN :MART.daily_counts.date IS '年月日（診療年月が西暦6桁でないとき、またはその月にない日は空）';
COMMENT ON COLUMN :MART.daily_counts.count IS '回数';
