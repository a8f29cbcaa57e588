package com.example.agent;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * What a user of the starter writes.
 */
@SpringBootApplication
class AgentApplication {

}
