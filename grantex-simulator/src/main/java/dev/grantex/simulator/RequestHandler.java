package dev.grantex.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Translates between the web server and the API.
 */
final class RequestHandler extends Handler.Abstract {

	private final Api api;

	private final RequestJournal journal;

	private final Faults faults;

	private final Clock clock;

	RequestHandler(Api api, RequestJournal journal, Faults faults, Clock clock) {
		this.api = api;
		this.journal = journal;
		this.faults = faults;
		this.clock = clock;
	}

	@Override
	public boolean handle(Request request, Response response, Callback callback) throws Exception {
		Call call = read(request);
		this.journal.add(call, this.clock.instant());
		Optional<Answer> answer = this.api.answer(call);
		if (answer.isPresent()) {
			write(call, answer.get(), request, response, callback);
		}
		else {
			disconnect(request, callback);
		}
		return true;
	}

	private static void disconnect(Request request, Callback callback) {
		request.getConnectionMetaData().getConnection().getEndPoint().close();
		callback.succeeded();
	}

	private Call read(Request request) throws IOException {
		String target = request.getHttpURI().getPathQuery();
		String path = request.getHttpURI().getPath();
		Map<String, String> headers = new LinkedHashMap<>();
		for (HttpField field : request.getHeaders()) {
			headers.merge(field.getLowerCaseName(), String.valueOf(field.getValue()), (a, b) -> a + ", " + b);
		}
		String method = request.getMethod();
		String client = client(request.getConnectionMetaData().getRemoteSocketAddress());
		Map<String, String> query = query(request.getHttpURI().getQuery());
		int limit = this.faults.largestBody();
		try (InputStream stream = Content.Source.asInputStream(request)) {
			byte[] body = stream.readNBytes(limit + 1);
			long size = body.length + drain(stream);
			return new Call(Route.of(method, path), method, target, path, query, headers, (size <= limit) ? body : null,
					size, client);
		}
	}

	/**
	 * Reads a body to its end even if it is too large, because a client that is still
	 * writing when the connection closes may never see the answer.
	 */
	private static long drain(InputStream rest) throws IOException {
		return rest.transferTo(OutputStream.nullOutputStream());
	}

	private static Map<String, String> query(@Nullable String query) {
		Map<String, String> parameters = new LinkedHashMap<>();
		if (query != null && !query.isEmpty()) {
			for (String pair : query.split("&")) {
				String[] parts = pair.split("=", 2);
				parameters.put(decode(parts[0]), (parts.length == 2) ? decode(parts[1]) : "");
			}
		}
		return parameters;
	}

	private static String decode(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return text;
		}
	}

	private static String client(SocketAddress address) {
		return (address instanceof InetSocketAddress inet) ? inet.getAddress().getHostAddress() : address.toString();
	}

	private void write(Call call, Answer answer, Request request, Response response, Callback callback) {
		response.setStatus(answer.status());
		answer.headers().forEach(response.getHeaders()::put);
		if (answer.close()) {
			response.getHeaders().put("connection", "close");
		}
		else {
			response.getHeaders().put("connection", "keep-alive");
			response.getHeaders().put("keep-alive", "timeout=72");
		}
		String body = answer.body();
		ByteBuffer bytes = (body != null) ? ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)) : null;
		Optional<Pause> stall = this.faults.stall(call.route());
		boolean whole = stall.isEmpty() && !this.faults.spoilt().isCut(call);
		if (!whole && bytes != null) {
			response.getHeaders().put("content-length", bytes.limit());
			bytes.limit(bytes.limit() / 2);
		}
		Optional<Pause> afterAnswer = whole ? this.faults.afterAnswer(call.route()) : Optional.empty();
		try (Blocker.Callback written = Blocker.callback()) {
			response.write(whole, bytes, written);
			written.block();
		}
		catch (IOException ex) {
			callback.failed(ex);
			return;
		}
		stall.ifPresent(Pause::hold);
		if (!whole) {
			disconnect(request, callback);
			return;
		}
		afterAnswer.ifPresent(Pause::hold);
		callback.succeeded();
	}

}
