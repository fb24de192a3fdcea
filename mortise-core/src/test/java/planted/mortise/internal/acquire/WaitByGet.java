package planted.mortise.internal.acquire;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

final class WaitByGet {
    String outcome(CompletableFuture<String> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(1, TimeUnit.SECONDS);
    }
}
