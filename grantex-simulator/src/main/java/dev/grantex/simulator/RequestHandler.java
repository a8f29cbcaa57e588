package dev.grantex.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Translates between the web server and the API.
 */
final class RequestHandler extends Handler.Abstract {

	private static final int LARGEST_BODY = 1_048_576;

	private final Api api;

	private final RequestJournal journal;

	RequestHandler(Api api, RequestJournal journal) {
		this.api = api;
		this.journal = journal;
	}

	@Override
	public boolean handle(Request request, Response response, Callback callback) throws Exception {
		Call call = read(request);
		this.journal.add(call);
		Optional<Answer> answer = this.api.answer(call);
		if (answer.isPresent()) {
			write(answer.get(), response, callback);
		}
		else {
			request.getConnectionMetaData().getConnection().getEndPoint().close();
			callback.succeeded();
		}
		return true;
	}

	private Call read(Request request) throws IOException {
		String target = request.getHttpURI().getPathQuery();
		String path = request.getHttpURI().getPath();
		Map<String, String> headers = new LinkedHashMap<>();
		for (HttpField field : request.getHeaders()) {
			headers.merge(field.getLowerCaseName(), String.valueOf(field.getValue()), (a, b) -> a + ", " + b);
		}
		String method = request.getMethod();
		return new Call(Route.of(method, path), method, target, path, query(request.getHttpURI().getQuery()), headers,
				body(request), client(request.getConnectionMetaData().getRemoteSocketAddress()));
	}

	/**
	 * Reads the body to its end even if it is too large, because a client that is still
	 * writing when the connection closes may never see the answer.
	 */
	private static byte @Nullable [] body(Request request) throws IOException {
		try (InputStream stream = Content.Source.asInputStream(request)) {
			byte[] body = stream.readNBytes(LARGEST_BODY + 1);
			if (body.length <= LARGEST_BODY) {
				return body;
			}
			stream.transferTo(OutputStream.nullOutputStream());
			return null;
		}
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

	private void write(Answer answer, Response response, Callback callback) {
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
		response.write(true, bytes, callback);
	}

}
