package dev.quipu.family;

import dev.quipu.model.LayerSpec;
import dev.quipu.tensor.Linear;

/** The seven projections of a layer under the names that Llama gave them and most families kept. */
record Projections(WeightLoader loader, String at, int hidden, LayerSpec layer) {

  private static final String Q_MEANING = "num_attention_heads·head_dim × hidden_size";
  private static final String KV_MEANING = "num_key_value_heads·head_dim × hidden_size";
  private static final String O_MEANING = "hidden_size × num_attention_heads·head_dim";
  private static final String MLP_MEANING = "intermediate_size × hidden_size";
  private static final String DOWN_MEANING = "hidden_size × intermediate_size";

  Linear q(boolean bias) {
    return loader.linear(at + "self_attn.q_proj", heads(), hidden, Q_MEANING, bias);
  }

  Linear k(boolean bias) {
    return loader.linear(at + "self_attn.k_proj", kvHeads(), hidden, KV_MEANING, bias);
  }

  Linear v(boolean bias) {
    return loader.linear(at + "self_attn.v_proj", kvHeads(), hidden, KV_MEANING, bias);
  }

  Linear o(boolean bias) {
    return loader.linear(at + "self_attn.o_proj", hidden, heads(), O_MEANING, bias);
  }

  Linear gate(boolean bias) {
    return loader.linear(at + "mlp.gate_proj", layer.intermediateSize(), hidden, MLP_MEANING, bias);
  }

  Linear up(boolean bias) {
    return loader.linear(at + "mlp.up_proj", layer.intermediateSize(), hidden, MLP_MEANING, bias);
  }

  Linear down(boolean bias) {
    return loader.linear(at + "mlp.down_proj", hidden, layer.intermediateSize(), DOWN_MEANING, bias);
  }

  private int heads() {
    return layer.attention().heads() * layer.attention().headDim();
  }

  private int kvHeads() {
    return layer.attention().kvHeads() * layer.attention().headDim();
  }
}
