// Lucene Monitor for bench/match.py: queries and posts come in as lines, pairs of row and place go out as lines.
// Run by: java -cp JARS LuceneMonitor.java, with lucene-core, lucene-monitor, the common analyzers and what they need.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultiMatchingQueries;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.WildcardQuery;

public class LuceneMonitor {
    static final String SAID = "said";

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        try (Monitor monitor = new Monitor(new WhitespaceAnalyzer())) {
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                String[] said = order.split(" ");
                List<String> lines = new ArrayList<>();
                for (int left = Integer.parseInt(said[1]); left > 0; left--) {
                    lines.add(in.readLine());
                }
                List<String> found = said[0].equals("put") ? put(monitor, lines) : match(monitor, lines);
                out.println(found.size());
                found.forEach(out::println);
                out.flush();
            }
        }
    }

    static List<String> put(Monitor monitor, List<String> lines) throws IOException {
        List<MonitorQuery> queries = new ArrayList<>();
        for (String line : lines) {
            StringTokenizer words = new StringTokenizer(line, " ");
            queries.add(new MonitorQuery(words.nextToken(), read(words)));
        }
        monitor.register(queries);
        return List.of();
    }

    static List<String> match(Monitor monitor, List<String> texts) throws IOException {
        Document[] posts = new Document[texts.size()];
        for (int row = 0; row < posts.length; row++) {
            posts[row] = new Document();
            posts[row].add(new TextField(SAID, texts.get(row), Field.Store.NO));
        }
        MultiMatchingQueries<QueryMatch> matches = monitor.match(posts, QueryMatch.SIMPLE_MATCHER);
        List<String> found = new ArrayList<>();
        for (int row = 0; row < posts.length; row++) {
            for (QueryMatch one : matches.getMatches(row)) {
                found.add(row + " " + one.getQueryId());
            }
        }
        return found;
    }

    static Query read(StringTokenizer words) {
        String kind = words.nextToken();
        switch (kind) {
            case "word":
                return new TermQuery(new Term(SAID, words.nextToken()));
            case "wild":
                return wild(words.nextToken());
            case "phrase":
                PhraseQuery.Builder phrase = new PhraseQuery.Builder();
                phrase.setSlop(Integer.parseInt(words.nextToken()));
                for (int left = Integer.parseInt(words.nextToken()); left > 0; left--) {
                    phrase.add(new Term(SAID, words.nextToken()));
                }
                return phrase.build();
            case "any":
                return clauses(words, BooleanClause.Occur.SHOULD, Integer.parseInt(words.nextToken()), 0);
            case "all":
                int wanted = Integer.parseInt(words.nextToken());
                return clauses(words, BooleanClause.Occur.MUST, wanted, Integer.parseInt(words.nextToken()));
            default:
                throw new IllegalArgumentException("unknown kind of query: " + kind);
        }
    }

    static Query wild(String pattern) {
        boolean begins = pattern.indexOf('*') == pattern.length() - 1 && pattern.indexOf('?') < 0;
        return begins
            ? new PrefixQuery(new Term(SAID, pattern.substring(0, pattern.length() - 1)))
            : new WildcardQuery(new Term(SAID, pattern));
    }

    static Query clauses(StringTokenizer words, BooleanClause.Occur occur, int wanted, int unwanted) {
        BooleanQuery.Builder made = new BooleanQuery.Builder();
        for (int left = wanted; left > 0; left--) {
            made.add(read(words), occur);
        }
        for (int left = unwanted; left > 0; left--) {
            made.add(read(words), BooleanClause.Occur.MUST_NOT);
        }
        return made.build();
    }
}
