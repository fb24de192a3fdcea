package dev.mortise.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of Java in README and guide compiles, and what a page links to is there. */
class DocumentedCodeTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)");
    private static final String FRAME = """
            import dev.mortise.*;
            import dev.mortise.admin.*;
            import dev.mortise.interop.*;
            import dev.mortise.redis.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.locks.*;
            class Snippet {
                void snippet(Mortise mortise, DistributedLock lock, Lease lease) throws Throwable {
            %s
                }
            }
            """;

    @TempDir
    private Path classes;

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        pages.add(ROOT.resolve("README.md"));
        pages.add(ROOT.resolve("CONTRIBUTING.md"));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages.stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void java_in_the_docs_compiles(Path page) throws IOException {
        Matcher blocks = JAVA.matcher(Files.readString(page));
        while (blocks.find()) {
            String errors = compile(blocks.group(1));
            assertThat(errors)
                    .as("%s:%n%s", page.getFileName(), blocks.group(1))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void links_lead_somewhere(Path page) throws IOException {
        Matcher links = LINK.matcher(Files.readString(page));
        while (links.find()) {
            assertThat(page.resolveSibling(links.group(1)).normalize())
                    .as("linked from %s", page.getFileName())
                    .exists();
        }
    }

    @Test
    void code_that_does_not_compile_is_found() {
        assertThat(compile("lock.noSuchMethod();")).contains("noSuchMethod");
    }

    /** The names a block declares itself must not be parameters of the frame. */
    private String compile(String block) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String frame = FRAME.formatted(block);
        if (Pattern.compile("\\bMortise mortise =").matcher(block).find()) {
            frame = frame.replace("Mortise mortise, DistributedLock lock, Lease lease", "");
        } else if (Pattern.compile("\\bLease lease =").matcher(block).find()) {
            frame = frame.replace(", Lease lease)", ")");
        }
        String source = frame;
        StringWriter output = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        boolean compiled = compiler.getTask(
                        output,
                        null,
                        null,
                        List.of(
                                "-d",
                                classes.toString(),
                                "-proc:none",
                                "-classpath",
                                System.getProperty("java.class.path")),
                        null,
                        List.of(file))
                .call();
        return compiled ? "" : output.toString();
    }
}
