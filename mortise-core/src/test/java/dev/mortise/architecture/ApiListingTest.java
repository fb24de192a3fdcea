package dev.mortise.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The public API is the one under version control. A wanted change: {@code ./dev api} rewrites the listing, and the
 * difference is part of the review.
 */
class ApiListingTest {
    private static final Path LISTING = Path.of("src", "api", "mortise-core.txt");

    @Test
    void the_public_api_is_as_listed() throws IOException {
        List<String> api = ApiListing.of(new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.mortise"));
        if (Boolean.getBoolean("mortise.api.update")) {
            Files.write(LISTING, api);
        }
        assertThat(api).isNotEmpty().isEqualTo(Files.readAllLines(LISTING));
    }
}
