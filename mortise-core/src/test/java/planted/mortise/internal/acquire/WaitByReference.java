package planted.mortise.internal.acquire;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

final class WaitByReference {
    final Function<CompletionStage<String>, CompletableFuture<String>> conversion =
            CompletionStage::toCompletableFuture;
    final Function<CompletableFuture<String>, String> wait = CompletableFuture::join;
}
