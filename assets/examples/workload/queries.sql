-- An order book: a million lines, then the questions that are asked of it.
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, country TEXT);
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INT, day INT, amount REAL, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
INSERT INTO customer SELECT i, printf('customer %06d', i * 7919 % 40000),
       substr('DEFRITESPLNLBEATCHSE', 1 + 2 * (i % 10), 2) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
INSERT INTO orders SELECT i, 1 + abs(random() % 40000), i % 365, (i * 31 % 10007) / 7.0,
       printf('order %d of %s', i, hex(randomblob(6))) FROM n;
--INDEX CREATE INDEX by_customer ON orders(customer, day);
SELECT country, count(*), sum(amount), max(amount) FROM orders JOIN customer c ON c.id = customer
 GROUP BY country ORDER BY 3 DESC;
SELECT name, sum(amount) total FROM customer c JOIN orders o ON o.customer = c.id
 WHERE country = 'DE' GROUP BY c.id HAVING total > 100 ORDER BY total DESC LIMIT 50;
SELECT count(*) FROM orders WHERE note LIKE '%A%F%' AND amount BETWEEN 100 AND 900;
SELECT day, avg(amount) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
  FROM (SELECT day, sum(amount) amount FROM orders GROUP BY day);
SELECT (SELECT max(day) FROM orders o WHERE o.customer = c.id) FROM customer c WHERE c.id <= 120;
CREATE VIRTUAL TABLE notes USING fts5(note);
INSERT INTO notes SELECT note FROM orders WHERE id % 4 = 0;
SELECT count(*) FROM notes WHERE notes MATCH 'order AND 1*';
SELECT group_concat(json_extract(json_object('id', id, 'name', name, 'country', country), '$.name'), '|')
  FROM customer;
